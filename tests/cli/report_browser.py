"""Opens a report in Chromium: hovers over a point, hides a group, clicks the point, lands on its job.

report_browser.py INDEX.HTML WIDTH SCREENSHOT
"""
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

page, width, screenshot = sys.argv[1], int(sys.argv[2]), sys.argv[3]
options = Options()
for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
    options.add_argument(word)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
try:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    browser.get("file://" + page)
    browser.save_screenshot(screenshot)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width, "the page is %d pixels wide, not %d" % (wide, width)
    figure = browser.find_element("css selector", "#cogtasks-wiring")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", figure)
    point = figure.find_element("css selector", "svg a path")
    ActionChains(browser).move_to_element(point).perform()
    tip = browser.find_element("id", "tip")
    assert tip.is_displayed() and tip.text.startswith("job ") and "error" in tip.text, tip.text
    button = figure.find_element("css selector", ".legend button")
    button.click()
    layer = figure.find_element("css selector", "svg .layer")
    assert not layer.is_displayed(), "a group that is hidden still shows"
    button.click()
    ActionChains(browser).move_to_element(point).perform()
    job = tip.text.split("\n")[0].split()[1]
    ActionChains(browser).click().perform()
    time.sleep(0.5)
    assert browser.current_url.endswith("job-%s.html" % job), browser.current_url
    assert browser.find_element("tag name", "h1").text.startswith("Job %s:" % job)
    errors = browser.get_log("browser")
    assert not errors, errors
finally:
    browser.quit()
